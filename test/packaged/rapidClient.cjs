/**
 * Stands for the native part of aws-lambda-ric (`src/native/rapid-client.cc`), which would have to be compiled: the same
 * three functions over Node's own HTTP client.
 */
const { request } = require('node:http');

/** Answers and errors are on their way before the next event is asked for, as where each post blocks. */
let posted = Promise.resolve();

const exchange = (method, path, body = '', headers = {}) =>
  new Promise((resolve, reject) => {
    const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${path}`;
    const outgoing = request(url, { method, headers: { 'content-type': 'application/json', ...headers } }, (head) => {
      let text = '';
      head.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      head.on('end', () => resolve({ headers: head.headers, bodyJson: text }));
    });
    outgoing.on('error', reject).end(body);
  });

const post = (path, body, headers) => {
  posted = posted.then(() => exchange('POST', path, body, headers));
};

module.exports = {
  next: async () => {
    await posted;
    const { headers, bodyJson } = await exchange('GET', 'next');
    return {
      bodyJson,
      headers: { ...headers, 'lambda-runtime-deadline-ms': Number(headers['lambda-runtime-deadline-ms']) },
    };
  },
  done: (id, body) => post(`${id}/response`, body),
  error: (id, body, xray) => post(`${id}/error`, body, { 'lambda-runtime-function-xray-error-cause': xray }),
};
