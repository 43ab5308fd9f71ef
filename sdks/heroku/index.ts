/**
 * The resources of Heroku, as `pulumi package add terraform-provider heroku/heroku` generates them: the same types,
 * properties and provider. It holds those that Slipway uses; a generated package can take its place.
 */
export { Addon, type AddonArgs } from "./addon";
export { AddonAttachment, type AddonAttachmentArgs } from "./addonAttachment";
export { App, type AppArgs } from "./app";
export { AppConfigAssociation, type AppConfigAssociationArgs } from "./appConfigAssociation";
export { AppFeature, type AppFeatureArgs } from "./appFeature";
export { AppRelease, type AppReleaseArgs } from "./appRelease";
export { Build, type BuildArgs } from "./build";
export { Domain, type DomainArgs } from "./domain";
export { Drain, type DrainArgs } from "./drain";
export { Formation, type FormationArgs } from "./formation";
export { Pipeline, type PipelineArgs } from "./pipeline";
export { PipelineCoupling, type PipelineCouplingArgs } from "./pipelineCoupling";
export { PipelinePromotion, type PipelinePromotionArgs } from "./pipelinePromotion";
export { Provider, type ProviderArgs } from "./provider";
export { ReviewAppConfig, type ReviewAppConfigArgs } from "./reviewAppConfig";
