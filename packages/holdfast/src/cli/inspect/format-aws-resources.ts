import type { AppModel, EventRule, EventSource, Output, Parameter, Queue } from "../../model/app-model.ts";
import { escapeControls } from "../output/escape-controls.ts";

/** A title, and rows of cells. */
export interface ModelSection {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What only apps made for AWS have. */
export function awsSections(model: AppModel): readonly ModelSection[] {
  return [
    { title: "Queues", rows: model.queues.map(queueRow) },
    { title: "Event sources", rows: model.eventSources.map(eventSourceRow) },
    { title: "Event rules", rows: model.eventRules.map(eventRuleRow) },
    { title: "Parameters", rows: model.parameters.map(parameterRow) },
    { title: "Outputs", rows: model.outputs.map(outputRow) },
  ];
}

function queueRow({ name, fifo, visibilityTimeoutMs, delayMs, deadLetter }: Queue): string[] {
  const settings = [
    fifo && "FIFO",
    `hidden for ${visibilityTimeoutMs} ms`,
    delayMs > 0 && `delayed by ${delayMs} ms`,
    deadLetter !== undefined && `after ${deadLetter.maximumReceives} receives to ${deadLetter.queue}`,
  ].filter((setting) => setting !== false);
  return [name, settings.join(", ")];
}

function eventSourceRow({ source, function: to, batchSize, windowMs, filters }: EventSource): string[] {
  const settings = [
    `${batchSize} at a time`,
    windowMs > 0 && `within ${windowMs} ms`,
    filters.length > 0 && `filtered`,
  ].filter((setting) => setting !== false);
  const from = source.kind === "queue" ? `queue ${source.queue}` : `table ${source.table} (${source.from})`;
  return [from, `→ ${to}`, settings.join(", ")];
}

function eventRuleRow({ name, pattern, targets }: EventRule): string[] {
  const to = targets.map((target) => target.function).join(", ");
  return [name, `→ ${to}`, escapeControls(pattern.replaceAll(/\s+/g, " "))];
}

function parameterRow({ name, type, value }: Parameter): string[] {
  return [name, type, escapeControls(value.replaceAll(/\s+/g, " "))];
}

function outputRow({ name, value, description = "" }: Output): string[] {
  return [name, escapeControls(value), description === "" ? "" : `(${escapeControls(description)})`];
}
