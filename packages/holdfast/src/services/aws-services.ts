import { endpointVariable } from "../model/aws-endpoint-variable.ts";
import { awsErrorForm } from "../model/aws-error-form.ts";
import type { AwsServiceAnswer, AwsServiceRequest, AwsServices } from "../ports/aws-services.ts";
import type { AccessGuard } from "./iam/access-guard.ts";
import type { ServiceFace } from "./service-face.ts";

/** Services, each behind its face. */
export interface FacedServices extends AwsServices {
  has(service: string): boolean;
}

/** @param guard what may be asked of them; absent: everything. */
export function createAwsServices(faces: readonly ServiceFace[], guard?: AccessGuard): FacedServices {
  const byService = new Map(faces.map((face) => [face.service, face]));
  return {
    has: (service) => byService.has(service),
    async answer(request) {
      const face = byService.get(request.service);
      if (face === undefined)
        return failure(request, 501, "NotImplementedException", unknownService(request.service));
      try {
        const refusal = guard?.refuse(request);
        if (refusal !== undefined) return refusal;
        const answer = await face.answer(request);
        return guard?.review(request, answer) ?? answer;
      } catch (error) {
        return failure(
          request,
          500,
          "InternalFailure",
          error instanceof Error ? error.message : String(error),
        );
      }
    },
  };
}

function unknownService(service: string): string {
  return `There is no ${service} here. Set ${endpointVariable(service)} to a server that has it.`;
}

function failure(
  request: AwsServiceRequest,
  status: number,
  code: string,
  message: string,
): AwsServiceAnswer {
  return { status, ...awsErrorForm(request, { code, message, requestId: request.requestId }) };
}
