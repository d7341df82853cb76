/**
 * What follows from the absence of resources that Holdfast does not run, by type or by the beginning of it. Texts follow
 * "… is not run: ".
 */
const consequences: Readonly<Record<string, string>> = {
  "AWS::CloudFormation::Stack":
    "its template is on AWS, not in a file beside this one, so its resources are not there",
  "AWS::CloudFormation::CustomResource": "its provider is not called",
  "Custom::": "its provider is not called",
  "Custom::CDKBucketDeployment": "its files are not put into the bucket",
  "AWS::Cognito::": "users cannot sign in, and tokens cannot be issued",
  "AWS::SecretsManager::": "functions that read the secret get an error",
  "AWS::KMS::": "nothing is encrypted with it, and calls of KMS get an error",
  "AWS::Lambda::Url": "the function has no URL of its own",
  "AWS::CloudFront::": "what it serves is reached without it",
  "AWS::Route53::": "no names are registered",
  "AWS::CertificateManager::": "the gateway uses a certificate of its own",
  "AWS::WAFv2::": "requests are not filtered",
  "AWS::CloudWatch::": "nothing is measured or raises an alarm",
  "AWS::XRay::": "nothing is traced",
  "AWS::Events::EventBus": "events that are put on it go nowhere",
  "AWS::Events::": "no events are archived, replayed or sent on",
  "AWS::Pipes::": "nothing flows through the pipe",
  "AWS::StepFunctions::": "executions cannot be started",
  "AWS::Kinesis::": "records cannot be put, and no function is invoked with them",
  "AWS::KinesisFirehose::": "records cannot be put",
  "AWS::MSK::": "there is no cluster to connect to",
  "AWS::SES::": "no mail is sent or received",
  "AWS::RDS::": "there is no database to connect to",
  "AWS::DocDB::": "there is no database to connect to",
  "AWS::Neptune::": "there is no database to connect to",
  "AWS::ElastiCache::": "there is no cache to connect to",
  "AWS::MemoryDB::": "there is no cache to connect to",
  "AWS::DAX::": "tables are reached without it",
  "AWS::OpenSearchService::": "there is no search to connect to",
  "AWS::Elasticsearch::": "there is no search to connect to",
  "AWS::EFS::": "functions have no shared files",
  "AWS::EC2::Instance": "the machine is not there",
  "AWS::ECS::": "its containers do not run",
  "AWS::ECR::": "images cannot be pulled from it",
  "AWS::EKS::": "its containers do not run",
  "AWS::ElasticLoadBalancingV2::": "nothing answers at the load balancer's name",
  "AWS::AppSync::": "its API does not answer",
  "AWS::IoT::": "devices cannot connect",
  "AWS::Bedrock::": "models cannot be invoked through it",
  "AWS::S3::AccessPoint": "the bucket is not reached by it",
  "AWS::CodeBuild::": "nothing is built",
  "AWS::CodePipeline::": "nothing is built",
  "AWS::CodeDeploy::": "a new version takes over at once",
};

/** Their absence changes nothing for an app that runs here. */
const harmless = [
  "AWS::IAM::",
  "AWS::Logs::",
  "AWS::CloudWatch::Dashboard",
  "AWS::Lambda::CodeSigningConfig",
  "AWS::CDK::Metadata",
  "AWS::CloudFormation::WaitConditionHandle",
  "AWS::CloudFormation::WaitCondition",
  "AWS::ApplicationAutoScaling::",
  "AWS::Scheduler::ScheduleGroup",
  "AWS::Lambda::LayerVersionPermission",
  "AWS::ResourceGroups::",
  "AWS::ApplicationInsights::",
  // Functions run in this machine's network.
  "AWS::EC2::VPC",
  "AWS::EC2::Subnet",
  "AWS::EC2::Route",
  "AWS::EC2::SecurityGroup",
  "AWS::EC2::InternetGateway",
  "AWS::EC2::EIP",
  "AWS::EC2::NatGateway",
  "AWS::EC2::NetworkAcl",
  "AWS::EC2::FlowLog",
  // CDK's own: emptying buckets, deleting logs.
  "Custom::S3AutoDeleteObjects",
  "Custom::LogRetention",
  "Custom::VpcRestrictDefaultSG",
];

export function isHarmless(type: string): boolean {
  return harmless.some((beginning) => type.startsWith(beginning));
}

/** What an app has to do without; the longest beginning of the type that is known says it. */
export function consequenceOf(type: string): string {
  const beginnings = Object.keys(consequences).filter((beginning) => type.startsWith(beginning));
  const longest = beginnings.toSorted((a, b) => b.length - a.length)[0];
  return (longest !== undefined && consequences[longest]) || "what refers to it will not find it";
}
