import type { Lookup, Model } from "../../model";
import { eip } from "./eip";
import { getVpc } from "./get-vpc";
import { internetGateway } from "./internet-gateway";
import { launchTemplate } from "./launch-template";
import { natGateway } from "./nat-gateway";
import { route } from "./route";
import { routeTable } from "./route-table";
import { routeTableAssociation } from "./route-table-association";
import { securityGroup } from "./security-group";
import { securityGroupEgressRule, securityGroupIngressRule } from "./security-group-rule";
import { subnet } from "./subnet";
import { vpc } from "./vpc";
import { vpcEndpoint } from "./vpc-endpoint";

export const ec2: Model[] = [
  vpc,
  subnet,
  internetGateway,
  eip,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
  securityGroup,
  securityGroupIngressRule,
  securityGroupEgressRule,
  vpcEndpoint,
  launchTemplate,
];

export const ec2Lookups: Lookup[] = [getVpc];
