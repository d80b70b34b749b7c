import { memoryJournal } from "../src/index.ts";
import { journalContract } from "./journal-contract.ts";

journalContract(memoryJournal);
