// Import this before anything that imports `#kairos`, if an engine makes many calls that hash a password.
process.env.KAIROS_QUICK_HASHES = '1';
