/** Whether what is built fits the machines that it is to run on. */
import { setCommand } from "../../components/config";
import { buildsFor, buildsImages, engineOf } from "./docker";
import { fail, ok, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

/** Architectures as Docker names them; config names them in the same way, and checks the type of the instances. */
async function architecture({ place, settings }: Patient, signal: AbortSignal): Promise<Look[]> {
  const { capacity } = settings().ecs;
  if (!buildsImages(settings())) return [];
  const engine = await engineOf(signal);
  const wanted = `linux/${capacity.architecture}`;
  const machines = capacity.kind === "ec2" ? capacity.instanceType : capacity.kind;
  if (await buildsFor(wanted, engine, signal)) {
    const emulated = engine.platform === wanted ? "" : ", emulated";
    return [ok(`images for ${wanted}${emulated}, which is what ${machines} runs`)];
  }
  const own = engine.platform.replace("linux/", "");
  const other = /^(amd64|arm64)$/.test(own) && capacity.kind !== "ec2";
  const set = other ? `, or ${setCommand("ecs.capacity.architecture", place.stack, own)}` : "";
  return [
    fail(
      `${machines} runs ${wanted}, and the Docker engine builds for ${engine.platform} alone`,
      `docker run --privileged --rm tonistiigi/binfmt --install ${capacity.architecture}${set}`,
    ),
  ];
}

export const MACHINES: readonly Check[] = [{ name: "architecture", targets: ["ecs"], look: architecture }];
