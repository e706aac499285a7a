import { stopSharedN8n } from './sharedN8n';

/** jest calls it once all files of tests have run. */
export default stopSharedN8n;
