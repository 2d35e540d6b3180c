// Import this before anything that imports `#kairos`, if an engine compares two Workers that must not differ by chance.
process.env.KAIROS_REPEATABLE = '1';
process.env.KAIROS_QUICK_HASHES = '1';
