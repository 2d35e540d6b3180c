// Swagger UI has dark colours, but does not follow the system by itself.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);

/** Repairs what keeps people with a keyboard or a screen reader out: names of controls, and links inside of buttons. */
const accessible = ({ React: { createElement } }) => ({
  wrapComponents: {
    DeepLink:
      () =>
      ({ text }) =>
        createElement('span', null, text),
    TextArea: (Original) => (props) => createElement(Original, { 'aria-label': 'Request body', ...props }),
    ExamplesSelect: (Original) => (props) =>
      createElement('label', null, createElement(Original, { ...props, showLabels: true })),
    CloseIcon: (Original) => (props) =>
      createElement(Original, { role: 'img', 'aria-label': 'Close', 'aria-hidden': undefined, ...props }),
    Button:
      (Original) =>
      ({ 'aria-label': _, ...props }) =>
        createElement(Original, props),
    // The document has one server, its own address.
    ServersContainer: () => () => null,
  },
});

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  syntaxHighlight: { theme: 'tomorrow-night' },
  plugins: [accessible],
});
