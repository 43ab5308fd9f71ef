import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ContainerService } from "../../components/container";
import { SecurityGroup } from "../../components/network";
import { CLUSTER, computed, EC2, host, named, service, serviceArgs } from "./support/container-host";
import { registeredBy } from "./support/resource-graph";

describe("container service", () => {
  it("takes a release back that does not come up, and waits until it is steady", async () => {
    const { inputs, ignoreChanges } = named(await service(), "web-service");
    expect(inputs).to.deep.equal({
      cluster: CLUSTER,
      taskDefinition: "arn:ecs:web-definition:1",
      desiredCount: 2,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      forceNewDeployment: true,
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      networkConfiguration: {
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["group-group-id"],
        assignPublicIp: false,
      },
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
    });
    expect(ignoreChanges).to.deep.equal([]);
  });

  it("leaves the count to autoscaling where it is a range", async () => {
    const { inputs, ignoreChanges } = named(await service({ count: { min: 1, max: 4 } }), "web-service");
    expect(inputs["desiredCount"]).to.equal(1);
    expect(ignoreChanges).to.deep.equal(["desiredCount"]);
  });

  it("is spread over zones on EC2", async () => {
    const { inputs } = named(await service({ host: host({ capacity: EC2 }) }), "web-service");
    expect(inputs["capacityProviderStrategies"]).to.deep.equal([{ capacityProvider: "own", weight: 1 }]);
    expect(inputs["orderedPlacementStrategies"]).to.deep.equal([
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
  });

  it("opens shells only where the host allows it", async () => {
    const { inputs } = named(await service({ host: host({ exec: true }) }), "web-service");
    expect(inputs["enableExecuteCommand"]).to.equal(true);
  });

  it("answers behind a load balancer, whose verdict it does not heed at once", async () => {
    const targetGroup = { arn: pulumi.output("arn:target"), graceSeconds: 60 };
    const { inputs } = named(await service({ targetGroup, port: 8000 }), "web-service");
    expect(inputs).to.deep.include({
      loadBalancers: [{ targetGroupArn: "arn:target", containerName: "main", containerPort: 8000 }],
      healthCheckGracePeriodSeconds: 60,
    });
    const bare = service({ targetGroup }).catch((error: unknown) => String(error));
    expect(await bare).to.include("web: a service with a target group needs a port");
  });

  it("has an internal name", async () => {
    let name: string | undefined;
    const all = await registeredBy(() => {
      name = new ContainerService("web", serviceArgs({ discovery: "broker" })).host;
    }, computed);
    expect(name).to.equal("broker.dev-blog.internal");
    expect(named(all, "web-discovery").inputs).to.deep.equal({
      name: "broker",
      dnsConfig: { namespaceId: "ns-1", routingPolicy: "MULTIVALUE", dnsRecords: [{ type: "A", ttl: 10 }] },
      healthCheckCustomConfig: { failureThreshold: 1 },
    });
    const registries = named(all, "web-service").inputs["serviceRegistries"];
    expect(registries).to.deep.equal({ registryArn: "arn:servicediscovery:web-discovery" });
  });

  it("waits for the rules of its group and for what the host needs", async () => {
    const all = await registeredBy(() => {
      const ready = [new SecurityGroup("route", { vpcId: "vpc-1", description: "Anything" })];
      const args = serviceArgs({ host: host({ ready }) });
      args.securityGroup.allowOut("aws");
      new ContainerService("web", args);
    }, computed);
    expect(named(all, "web-service").dependsOn).to.include.members(["group-out-aws", "route-group"]);
  });

  it("opens each child to a transform", async () => {
    const all = await service({
      storage: { path: "/data", uid: 1 },
      transform: {
        service: (args) => (args.desiredCount = 7),
        definition: (args) => (args.family = "mine"),
        fileSystem: (args) => (args.throughputMode = "bursting"),
      },
    });
    expect(named(all, "web-service").inputs["desiredCount"]).to.equal(7);
    expect(named(all, "web-definition").inputs["family"]).to.equal("mine");
    expect(named(all, "web-storage-fileSystem").inputs["throughputMode"]).to.equal("bursting");
  });
});
