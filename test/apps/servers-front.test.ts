import { describeServer, type Traits } from "./fixtures/servers/suite";

const shared = { keepsAlive: true, seesUnderscores: true, cannotStart: 3 } satisfies Partial<Traits>;

describeServer("nginx-uwsgi", { ...shared, front: "nginx", chunks: true, late: 504 });
describeServer("apache-uwsgi", { ...shared, front: "apache2", chunks: false, late: 500 });
