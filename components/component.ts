/** What the components of Slipway share: children named by role, each open to a transform of the user's. */
import * as pulumi from "@pulumi/pulumi";

/** Changes the arguments and options of one child in place, before it is made. */
export type Transform<Args> = (args: Args, opts: pulumi.CustomResourceOptions) => void;

/** One transform for each role of a component; `Children` maps a role to the arguments of its children. */
export type Transforms<Children> = { [Role in keyof Children]?: Transform<Children[Role]> };

/**
 * A component whose children are named `<name>-<role>`, or `<name>-<role>-<key>` where a role has several, and whose
 * parent it is. `Children` maps each role to the arguments that its resources are made from.
 */
export abstract class Component<Children extends object> extends pulumi.ComponentResource {
  /** @param type token below `slipway:`, such as `network:Network`; never changes */
  protected constructor(
    type: string,
    protected readonly componentName: string,
    private readonly transform: Transforms<Children> | undefined,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`slipway:${type}`, componentName, {}, opts);
  }

  /**
   * Name, arguments and options of a child, after the user's transform: spread them into its constructor.
   *
   * @param key tells children of one role apart; stable, such as a zone or a queue's name
   */
  protected child<Role extends keyof Children & string>(
    role: Role,
    args: Children[Role],
    { key, ...own }: pulumi.CustomResourceOptions & { key?: string } = {},
  ): [string, Children[Role], pulumi.CustomResourceOptions] {
    const opts: pulumi.CustomResourceOptions = { ...own, parent: this };
    const transform: Transform<Children[Role]> | undefined = this.transform?.[role];
    transform?.(args, opts);
    return [[this.componentName, role, ...(key === undefined ? [] : [key])].join("-"), args, opts];
  }
}
