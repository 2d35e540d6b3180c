// Imported before anything that imports `#kairos`: of two worlds that are compared, neither may be told by chance.
process.env.KAIROS_REPEATABLE = '1';
process.env.KAIROS_QUICK_HASHES = '1';
