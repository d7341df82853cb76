import type { TestApp } from "holdfast/testing";
import type { Page } from "playwright-core";

/** Does on an example's page what its picture is to show, and resolves with the page. `open` opens it in one more tab. */
export type PlayScene = (app: TestApp, open: () => Promise<Page>) => Promise<Page>;
