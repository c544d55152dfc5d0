import * as pulumi from "@pulumi/pulumi";
import { RUN_SERVICE_ACCOUNT } from "../core/labels.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { kubernetesObject } from "./kubernetes-object.ts";
import { personaObjects } from "./persona-roles.ts";
import { TenancyArgs } from "./tenancy-args.ts";
import { peersOf, tenantObjects } from "./tenant-objects.ts";

/**
 * Who may do what, and where: a namespace a team with limits, an account for its runs and a closed network, and roles for
 * the three personas. Groups come from the cluster's access entries. Needs the namespace `tunekit-system`, in which
 * everybody may read the PlatformConfig (`dependsOn` the CostGate).
 *
 * `new Tenancy("teams", { teams: [{ name: "research", maxGpus: 8 }], egressCidrs: ["10.64.0.0/16"] }, { provider })`
 * @throws SpecError
 */
export class Tenancy extends pulumi.ComponentResource {
  /** Namespace by team. */
  readonly namespaces: pulumi.Output<Record<string, string>>;
  /** Service account of every run, one in each namespace: it gets the trainer's role of the bucket. */
  readonly runServiceAccount: pulumi.Output<string>;

  constructor(name: string, args: TenancyArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("tunekit:index:Tenancy", name, {}, options);
    const settings = parseSpec(TenancyArgs, args);
    const { teams, podIdentity } = settings;
    const part = (...words: string[]): string => [name, ...words].join("-").toLowerCase();

    for (const object of personaObjects(settings)) {
      kubernetesObject(part(object.kind, object.metadata.name), object, { parent: this });
    }
    const endpoints = pulumi.output(settings.egressCidrs).apply(peersOf);
    for (const team of teams) {
      const [namespace, ...inside] = tenantObjects(team, { endpoints, podIdentity });
      if (!namespace) continue;
      const made = kubernetesObject(part("namespace", team.name), namespace, { parent: this });
      for (const object of inside) {
        const { kind, metadata } = object;
        kubernetesObject(part(kind, team.name, metadata.name), object, {
          parent: this,
          dependsOn: [made],
        });
      }
    }

    this.namespaces = pulumi.output(
      Object.fromEntries(teams.map((team) => [team.name, team.namespace])),
    );
    this.runServiceAccount = pulumi.output(RUN_SERVICE_ACCOUNT);
    this.registerOutputs({
      namespaces: this.namespaces,
      runServiceAccount: this.runServiceAccount,
    });
  }
}
