/** What `holdfast new` starts a project from: the examples of the repository, the first one unless said. */
export const templates = [
  { name: "relay", description: "every message goes to every other connection; the smallest app" },
  { name: "chat", description: "a chat where everybody has a name of their own" },
  { name: "noughts-and-crosses", description: "a game for two, in terminals and browsers, with schemas" },
  { name: "faces", description: "shared state on a page: a face for everybody who looks" },
  { name: "announcements", description: "a topic, a bucket, and one handler for everything" },
  { name: "rate-limit", description: "a resource of your own, to be published as a package" },
] as const;

export type Template = (typeof templates)[number];
