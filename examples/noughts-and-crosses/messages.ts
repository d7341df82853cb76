import { z } from "zod";

const id = z.string().min(1);

/** What clients send. */
export const start = z.object({ type: z.literal("start") });
export const join = z.object({ type: z.literal("join"), id });
export const play = z.object({ type: z.literal("play"), id, tile: z.string().regex(/^[0-2],[0-2]$/) });

/** What the server sends. */
export type ServerMessage =
  | { readonly type: "init"; readonly id: string }
  | { readonly type: "join"; readonly id: string }
  | { readonly type: "play"; readonly id: string; readonly tile: string }
  /** The other player is gone, and the game with them. */
  | { readonly type: "leave"; readonly id: string }
  /** What was asked was not done. */
  | { readonly type: "error"; readonly id: string; readonly message: string };
