import { hurryTime } from '../faults/clock';

hurryTime();
