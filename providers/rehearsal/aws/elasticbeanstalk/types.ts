/** Type tokens of Elastic Beanstalk. */
export const APPLICATION = "aws:elasticbeanstalk/application:Application";
export const VERSION = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion";
export const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";

/** What most refusals of Elastic Beanstalk are called. */
export const INVALID = "InvalidParameterValue";
/** What it calls a refusal of option settings. */
export const INVALID_OPTION = "ConfigurationValidationException";
