/** What Python tells of languages: abbreviations, rules of writing and the protocol, so that nothing is said twice. */

import { tellProtocol } from "./protocol.js";
import { tellAbbreviations, tellStandsFor } from "./text/index.js";
import { tellRules } from "./writing/index.js";

/** Take over what `karussell.service.told_to_twin` wrote, before anything is read. @param {any} told */
export function tell(told) {
  tellAbbreviations(told.abbreviations);
  tellStandsFor(told.stands_for);
  tellRules(told.rules);
  tellProtocol(told.protocol);
}
