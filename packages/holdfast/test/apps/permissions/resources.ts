import { App } from "holdfast";

export const app = new App("permissions");
export const notes = app.table<{ id: string; text?: string }>("notes", { key: "id" });
export const vault = app.table<{ id: string }>("vault", { key: "id" });
export const alarms = app.topic("alarms");
