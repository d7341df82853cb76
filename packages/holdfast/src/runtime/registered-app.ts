import type { AppModel } from "../model/app-model.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";

/**
 * What the runtime knows of an app object. The app's bundle holds a copy of the `App` class of its own, so the two
 * meet by this brand and never by class.
 */
export const appBrand: unique symbol = Symbol.for("holdfast.app") as never;

export interface RegisteredApp {
  readonly [appBrand]: true;
  /** What the app declares; called once its module has been evaluated. */
  declare(): AppDeclaration;
  /** By the name that `FunctionModel.code.export` gives. */
  handler(name: string): Handler | undefined;
  /** From now on resources reach the host. */
  attach(client: ResourceClient): void;
}

/** An app as plain data, on its way from the process that evaluated it. */
export interface AppDeclaration {
  readonly model: AppModel;
  /**
   * Where in the bundle each thing was declared: `websocket:chat/route:join` to one stack a declaration, outermost
   * frame last. A name declared twice has two.
   */
  readonly places: Readonly<Record<string, readonly (readonly BundlePosition[])[]>>;
  /** Functions for which nobody said what they may do. */
  readonly withoutGrants: readonly string[];
}

export interface BundlePosition {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** The position is in another file than the bundle: a package's. */
  readonly foreign?: boolean;
}

/** Runs one invocation. What it resolves to is the function's answer; what it throws is the function's fault. */
export type Handler = (event: InvocationEvent, invocation: Invocation) => Promise<unknown>;

export interface Invocation {
  readonly functionName: string;
  /** Aborts when the function's time is up. */
  readonly signal: AbortSignal;
  /** How long is left, in milliseconds. */
  remainingMs(): number;
}

/** How resources reach the host. Which invocation asks is known from the asynchronous context. */
export interface ResourceClient {
  /** Rejects with `RESOURCE_OUTSIDE_HANDLER` when no invocation is under way. */
  call(resource: string, operation: string, argument: unknown): Promise<unknown>;
}
