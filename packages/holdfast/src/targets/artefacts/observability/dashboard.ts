import { createHash } from "node:crypto";
import type { ObservabilityPlan } from "./observability-plan.ts";
import { dashboardRows, type PanelPlan } from "./dashboard-panels.ts";

/** Grafana's grid is 24 wide. */
const panelsAcross = 3;
const panelWidth = 24 / panelsAcross;
const panelHeight = 8;

const dataSource = { type: "prometheus", uid: "${datasource}" };

/** A dashboard as Grafana imports it. */
export function createDashboard(plan: ObservabilityPlan): object {
  return {
    // At most 40 characters, and always the same for an app.
    uid: `holdfast-${createHash("sha256").update(plan.name).digest("hex").slice(0, 16)}`,
    title: `${plan.name} (Holdfast)`,
    tags: ["holdfast"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: "browser",
    time: { from: "now-1h", to: "now" },
    refresh: "15s",
    annotations: { list: [] },
    links: [],
    templating: { list: variables(plan) },
    panels: layOut(),
  };
}

function variables({ name }: ObservabilityPlan): readonly object[] {
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "prometheus", hide: 0 },
    { name: "job", label: "App", type: "constant", query: name, hide: 2 },
    {
      name: "api",
      label: "API",
      type: "query",
      datasource: dataSource,
      query: { query: 'label_values(holdfast_connections_open{job="$job"}, api)', refId: "api" },
      refresh: 2,
      multi: true,
      includeAll: true,
      allValue: ".*",
      current: { text: "All", value: "$__all" },
      hide: 0,
    },
  ];
}

function layOut(): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: planned } of dashboardRows) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: 24, x: 0, y },
    });
    y += 1;
    for (const [at, panel] of planned.entries()) {
      const gridPos = {
        h: panelHeight,
        w: panelWidth,
        x: (at % panelsAcross) * panelWidth,
        y: y + Math.floor(at / panelsAcross) * panelHeight,
      };
      panels.push({ id: panels.length + 1, ...createPanel(panel), gridPos });
    }
    y += Math.ceil(planned.length / panelsAcross) * panelHeight;
  }
  return panels;
}

function createPanel({ title, description, unit, queries }: PanelPlan): object {
  return {
    type: "timeseries",
    title,
    ...(description !== undefined && { description }),
    datasource: dataSource,
    fieldConfig: {
      defaults: { unit, min: 0, custom: { fillOpacity: 10, showPoints: "never" } },
      overrides: [],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCodePoint(65 + at),
      datasource: dataSource,
      editorMode: "code",
      expr,
      legendFormat,
      range: true,
    })),
  };
}
