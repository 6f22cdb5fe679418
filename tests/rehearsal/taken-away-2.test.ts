/** Half of the permissions, so that two workers share them; the other half is in taken-away-1. */
import { everyOther, failWithout } from "./taken-away.ts";

failWithout(everyOther(1));
