import { describeFiles } from './support/filesSuite';

describeFiles('database');
