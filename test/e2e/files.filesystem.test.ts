import { describeFiles } from './support/filesSuite';

describeFiles('filesystem');
