import { readFileSync } from "node:fs"; import { gunzipSync } from "node:zlib";
import { checkProgram } from "/work/wt/kinks/test/conformance/opinfo/programs.ts";
const lines=gunzipSync(readFileSync(process.argv[2])).toString().trimEnd().split("\n"); let bad=0;
lines.forEach((l,i)=>{const m=checkProgram(JSON.parse(l)); if(m!==null){bad++; console.log(i,m.slice(0,300));}}); console.log(lines.length-bad,"passed",bad,"failed");
