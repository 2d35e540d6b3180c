/** Replaces Node's crypto in the bundle. bcryptjs needs it only without Web Crypto. */
const noNodeCrypto = {};

export { noNodeCrypto as default };
