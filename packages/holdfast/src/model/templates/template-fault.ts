/** What goes wrong while a template is rendered; the renderer adds the place. */
export class TemplateFault extends Error {}
