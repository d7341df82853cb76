import { vault } from "./resources.ts";

export const open = (id: string): Promise<{ id: string } | undefined> => vault.get({ id });
