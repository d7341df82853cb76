import { createRequire, registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** What the image of a runtime brings along, by the major version of its Node.js (documented). */
const firstWithSdkV3 = 18;
const sdkV2 = /^aws-sdk(?:\/|$)/;
const sdkV3 = /^@(?:aws-sdk|aws-crypto|smithy)\//;

const imagePackage = "holdfast-lambda-image";

export interface FallbackOptions {
  readonly nodeVersion: number;
  /** `package.json` of the package that holds what the image does; undefined where it is not installed. */
  readonly imageFile: string | undefined;
  /** `NODE_PATH`: folders of layers. Node itself looks there for CommonJS only; Lambda for ES modules, too. */
  readonly nodePath: string | undefined;
}

type Resolution = ReturnType<Parameters<typeof registerHooks>[0]["resolve"] & {}>;

/** From now on what the function's own folder does not hold is found in layers, then in Lambda's image. */
export function registerFallbacks({ nodeVersion, imageFile, nodePath = "" }: FallbackOptions): void {
  const inImage = nodeVersion < firstWithSdkV3 ? sdkV2 : sdkV3;
  const layers = nodePath.split(path.delimiter).filter((folder) => path.basename(folder) === "node_modules");
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        // `asRequired` comes here as well.
        const isFromImage = imageFile !== undefined && context.parentURL === pathToFileURL(imageFile).href;
        if (isFromImage || !isPackage(specifier) || !isNotFound(error)) throw error;
        const asModule = (parent: string): Resolution =>
          nextResolve(specifier, { ...context, parentURL: pathToFileURL(parent).href });
        const isImport = context.conditions.includes("import");
        const found = isImport ? findInLayers(layers, asModule) : undefined;
        if (found !== undefined) return found;
        if (inImage.test(specifier) && imageFile !== undefined) {
          const image = attempt(() => (isImport ? asModule(imageFile) : asRequired(specifier, imageFile)));
          if (image !== undefined) return image;
        }
        throw explain(error, specifier, { inImage, nodeVersion, imageFile });
      }
    },
  });
}

function findInLayers(
  layers: readonly string[],
  resolve: (parent: string) => Resolution,
): Resolution | undefined {
  for (const layer of layers) {
    const found = attempt(() => resolve(path.join(path.dirname(layer), "layer.js")));
    if (found !== undefined) return found;
  }
  return undefined;
}

// For `require`, Node's own step goes by the module that asked, whatever the hook says about it.
function asRequired(specifier: string, parent: string): Resolution {
  const file = createRequire(parent).resolve(specifier);
  return { url: pathToFileURL(file).href, shortCircuit: true };
}

function attempt(resolve: () => Resolution): Resolution | undefined {
  try {
    return resolve();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isPackage(specifier: string): boolean {
  return !/^[./]|^[a-z]+:/i.test(specifier);
}

function isNotFound(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND")
  );
}

/** The same error, and what to do about it where Lambda's images have or had the package. */
function explain(
  error: Error,
  specifier: string,
  {
    inImage,
    nodeVersion,
    imageFile,
  }: Pick<FallbackOptions, "nodeVersion" | "imageFile"> & { inImage: RegExp },
): Error {
  const advice = adviceFor(specifier, inImage, nodeVersion, imageFile);
  if (advice === undefined) return error;
  const { message, stack = "" } = error;
  error.message = `${message}\n${advice}`;
  error.stack = stack.replace(message, () => error.message);
  return error;
}

function adviceFor(
  specifier: string,
  inImage: RegExp,
  nodeVersion: number,
  imageFile: string | undefined,
): string | undefined {
  const [scope = "", name = ""] = specifier.split("/");
  const install = (what: string): string => `npm install --save-dev ${what}`;
  const runtime = `nodejs${nodeVersion}.x`;
  if (sdkV2.test(specifier))
    return inImage === sdkV2
      ? `Lambda's ${runtime} brings it along; here, install it beside the app: ${install("aws-sdk@2")}`
      : `Lambda's ${runtime} has AWS SDK v3, not v2: deploy aws-sdk with the function, or move to @aws-sdk/client-*.`;
  if (!sdkV3.test(specifier)) return undefined;
  if (inImage !== sdkV3)
    return `Lambda's ${runtime} has AWS SDK v2, not v3: deploy ${scope}/${name} with the function.`;
  return imageFile === undefined
    ? `Lambda's ${runtime} brings it along; here, install it beside the app: ${install(imagePackage)}`
    : `Lambda's ${runtime} brings it along, but ${imagePackage} does not hold it; install it beside the app: ${install(`${scope}/${name}`)}`;
}
