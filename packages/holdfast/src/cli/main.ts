import { processIo } from "./process-io.ts";
import { createProgram } from "./program.ts";
import { runProgram } from "./run-program.ts";

const io = processIo();
// Whatever still holds the process open after a command is done (a library's idle socket, say) must not keep it.
process.exit(await runProgram(createProgram(io), process.argv.slice(2), io));
