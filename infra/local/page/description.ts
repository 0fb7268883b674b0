import { find } from './dom.ts';
import { readSession } from './session.ts';

/** What of swagger-ui-dist is used, which comes without types. */
type SwaggerUi = { preauthorizeApiKey(scheme: string, key: string): void };
declare const SwaggerUIBundle: (options: object) => SwaggerUi;

const scheme = matchMedia('(prefers-color-scheme: dark)');
const showScheme = () => document.documentElement.classList.toggle('dark-mode', scheme.matches);
scheme.addEventListener('change', showScheme);
showScheme();

type Description = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
type Operation = { readonly parameters?: readonly { example?: string }[] };

/** The description without the examples of headers, which "Try it out" would send as they are. */
const withoutExamples = (description: Description): Description => {
  const operations = Object.values(description.paths).flatMap((path) => Object.values(path));
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters)) delete parameter.example;
  return description;
};

const sub = readSession().user ?? 'sample-user';
const response = await fetch('/token', { method: 'POST', body: JSON.stringify({ sub, expiresIn: 36_000 }) });
const { access_token: token } = await response.json();
find('#user', HTMLElement).textContent = sub;
const ui = SwaggerUIBundle({
  spec: withoutExamples(await (await fetch('/openapi.json')).json()),
  domNode: find('#description', HTMLElement),
  deepLinking: true,
  defaultModelsExpandDepth: -1, // each operation shows its own
  onComplete: () => ui.preauthorizeApiKey('bearer', token),
});
