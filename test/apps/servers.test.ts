import { describeServer } from "./fixtures/servers/suite";

describeServer("gevent", { keepsAlive: true, chunks: true, late: 504, seesUnderscores: true, cannotStart: 3 });
describeServer("tornado", { keepsAlive: true, chunks: true, late: 504, seesUnderscores: true, cannotStart: 3 });
describeServer("uwsgi", { keepsAlive: false, chunks: true, late: undefined, seesUnderscores: false, cannotStart: 22 });
