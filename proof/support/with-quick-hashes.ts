// Imported before anything that imports `#kairos`: what is tried many times at once would cost a hash each.
process.env.KAIROS_QUICK_HASHES = '1';
