/** In place of Node's crypto, which bcryptjs wants only where there is no Web Crypto. */
const noNodeCrypto = {};

export { noNodeCrypto as default };
