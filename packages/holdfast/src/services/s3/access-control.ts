import type { AwsServiceAnswer } from "../../ports/aws-services.ts";
import { ownerOf, type S3FaceOptions } from "./s3-request.ts";

/** That all is the owner's. By hand, since what it grants to has an attribute. */
export function accessControl(options: S3FaceOptions): AwsServiceAnswer {
  const { ID, DisplayName } = ownerOf(options);
  const person = `<ID>${ID}</ID><DisplayName>${DisplayName}</DisplayName>`;
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${person}</Grantee>`;
  const grant = `<Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant>`;
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner>${person}</Owner><AccessControlList>${grant}</AccessControlList></AccessControlPolicy>`,
  };
}
