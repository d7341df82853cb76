/** Where the page's files are. */
export interface PageFiles {
  readonly style: string;
  readonly layout: string;
  readonly script: string;
  readonly face: string;
}

export function renderPage(files: PageFiles): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Faces</title>
    <link rel="icon" href="${files.face}" />
    <link rel="stylesheet" href="${files.style}" />
    <link rel="stylesheet" href="${files.layout}" />
    <script type="module" src="${files.script}"></script>
  </head>
  <body>
    <header>
      <h1>Faces</h1>
      <p>One for everybody who is here. Turn yours, and all see it; open another tab to bring one more.</p>
      <p id="status" role="status"></p>
    </header>
    <main>
      <div role="group" aria-label="Turn your face" class="turns">
        <button type="button" data-direction="-90"><span aria-hidden="true">↺</span> Left</button>
        <button type="button" data-direction="0">Upright</button>
        <button type="button" data-direction="90">Right <span aria-hidden="true">↻</span></button>
      </div>
      <p id="count" role="status"></p>
      <ul id="faces" class="card" aria-label="Faces"></ul>
    </main>
    <template id="face">
      <li><img src="${files.face}" width="96" height="96" alt="" /></li>
    </template>
  </body>
</html>
`;
}
