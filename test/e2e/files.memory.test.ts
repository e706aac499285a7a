import { describeFiles } from './support/filesSuite';

// n8n's name for "in memory". The editor refuses the combined mode there.
describeFiles('default', { combined: false });
