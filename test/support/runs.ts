/** Runs of each property test; a long night raises it: `VAULTSTREAM_FC_RUNS=1000000`. */
export const PROPERTY_RUNS = Number(process.env['VAULTSTREAM_FC_RUNS'] ?? 1_000)
