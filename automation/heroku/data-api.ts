/**
 * Backups of Heroku Postgres by the API that Heroku's own command line asks for them (heroku/cli,
 * packages/cli/src/commands/pg/backups), and what the Platform API says of databases and apps.
 */
import { askHeroku, isNotThere, type Access, type Method } from "./access";

/** A copy of data from one place to another: a backup, or a restore. */
export interface Transfer {
  uuid: string;
  num: number;
  from_type: string;
  to_type: string;
  /** Where a backup lies; whoever has it can read it. */
  to_url: string | null;
  created_at: string;
  finished_at: string | null;
  succeeded: boolean | null;
  processed_bytes: number | null;
  schedule: unknown;
  logs?: readonly { message: string }[];
}

export interface Attachment {
  name: string;
  addon: { id: string; name: string; app: { id: string; name: string } };
}

export interface Addon {
  id: string;
  name: string;
  state: "provisioning" | "provisioned" | "deprovisioned";
  plan: { name: string };
}

export interface App {
  id: string;
  name: string;
  region: { name: string };
  team: { name: string } | null;
  space: { name: string } | null;
  /** Bytes of what was built for it last; null for an app that nothing was ever built for. */
  slug_size: number | null;
}

/** Calls about databases and the apps that they belong to; apps by name or UUID. */
export class DataApi {
  constructor(private readonly access: Access) {}

  app(app: string): Promise<App> {
    return this.platform("GET", `/apps/${encodeURIComponent(app)}`, `the app ${app}`);
  }

  /** The app of a name; undefined where there is none. */
  async appIfThere(name: string): Promise<App | undefined> {
    try {
      return await this.app(name);
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  attachments(app: string): Promise<Attachment[]> {
    return this.platform("GET", `/apps/${encodeURIComponent(app)}/addon-attachments`, `the app ${app}`);
  }

  addon(id: string): Promise<Addon> {
    return this.platform("GET", `/addons/${encodeURIComponent(id)}`, `the add-on ${id}`);
  }

  /** Makes an app with nothing in it; Heroku names it where `name` is undefined. */
  createApp({ region, team }: App, name: string | undefined): Promise<App> {
    const about = name === undefined ? "a new app" : `the app ${name}`;
    const body = { region: region.name, ...(name !== undefined && { name }) };
    if (team === null) return this.platform("POST", "/apps", about, body);
    return this.platform("POST", "/teams/apps", about, { ...body, team: team.name });
  }

  async removeApp(app: string): Promise<void> {
    await this.platform("DELETE", `/apps/${encodeURIComponent(app)}`, `the app ${app}`);
  }

  createAddon(app: string, plan: string): Promise<Addon> {
    return this.platform("POST", `/apps/${encodeURIComponent(app)}/addons`, `the app ${app}`, { plan });
  }

  configVars(app: string): Promise<Record<string, string>> {
    return this.platform("GET", `/apps/${encodeURIComponent(app)}/config-vars`, `the app ${app}`);
  }

  transfers(app: string): Promise<Transfer[]> {
    return this.data("GET", `/apps/${encodeURIComponent(app)}/transfers`, `the app ${app}`);
  }

  /** @param id UUID or number */
  transfer(app: string, id: string): Promise<Transfer> {
    return this.data("GET", `/apps/${encodeURIComponent(app)}/transfers/${id}?verbose=true`, `the app ${app}`);
  }

  async removeTransfer(app: string, num: number): Promise<void> {
    await this.data("DELETE", `/apps/${encodeURIComponent(app)}/transfers/${num}`, `the app ${app}`);
  }

  capture(addon: string): Promise<Transfer> {
    return this.data("POST", `/databases/${encodeURIComponent(addon)}/backups`, `the add-on ${addon}`);
  }

  /** @param backupUrl where the backup lies, as its transfer says */
  restore(addon: string, backupUrl: string): Promise<Transfer> {
    const where = `/databases/${encodeURIComponent(addon)}/restores`;
    return this.data("POST", where, `the add-on ${addon}`, { backup_url: backupUrl });
  }

  private platform<Answer>(method: Method, path: string, about: string, body?: object): Promise<Answer> {
    return askHeroku(this.access, { method, path, about, ...(body && { body }) });
  }

  private data<Answer>(method: Method, path: string, about: string, body?: object): Promise<Answer> {
    const where = `/client/v11${path}`;
    return askHeroku(this.access, { api: "data", method, path: where, about, ...(body && { body }) });
  }
}
