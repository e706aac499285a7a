import './lib/require-node20.mjs';
import { ensurePacked } from './lib/pack.mjs';
import { runMain } from './lib/problem.mjs';
import { ensureDependencies } from './toolchain.mjs';

await runMain(async () => console.log(await ensurePacked(await ensureDependencies())));
