/** How one kind of program comes to trust an authority, on one kind of system. */
export interface TrustStep {
  readonly system: "linux" | "macos" | "windows" | "all";
  /** What trusts it afterwards. */
  readonly who: string;
  readonly commands: readonly string[];
  /** What undoes it; absent where the command lasts only as long as its process. */
  readonly undo?: readonly string[];
}

/** Every way there is, for an authority's certificate in a file. Nothing here runs by itself. */
export function listTrustSteps(file: string, commonName: string): readonly TrustStep[] {
  return [
    ...linuxSteps(file),
    ...macosSteps(file, commonName),
    ...windowsSteps(file, commonName),
    ...anywhere(file),
  ];
}

function linuxSteps(file: string): readonly TrustStep[] {
  const quoted = quoteForShell(file);
  return [
    {
      system: "linux",
      who: "the system's programs, on Debian, Ubuntu and Alpine",
      commands: [
        `sudo cp ${quoted} /usr/local/share/ca-certificates/holdfast.crt`,
        "sudo update-ca-certificates",
      ],
      undo: ["sudo rm /usr/local/share/ca-certificates/holdfast.crt", "sudo update-ca-certificates --fresh"],
    },
    {
      system: "linux",
      who: "the system's programs, on Fedora, RHEL and Arch",
      commands: [`sudo trust anchor --store ${quoted}`],
      undo: [`sudo trust anchor --remove ${quoted}`],
    },
    {
      system: "linux",
      who: "Chrome and Chromium (certutil comes with libnss3-tools or nss-tools)",
      commands: [`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n holdfast -i ${quoted}`],
      undo: ["certutil -d sql:$HOME/.pki/nssdb -D -n holdfast"],
    },
    {
      system: "linux",
      who: "Firefox (for each profile; or Settings, Certificates, Authorities, Import)",
      commands: [
        `for profile in ~/.mozilla/firefox/*/cert9.db; do certutil -d "sql:$(dirname "$profile")" -A -t C,, -n holdfast -i ${quoted}; done`,
      ],
      undo: [
        'for profile in ~/.mozilla/firefox/*/cert9.db; do certutil -d "sql:$(dirname "$profile")" -D -n holdfast; done',
      ],
    },
  ];
}

function macosSteps(file: string, commonName: string): readonly TrustStep[] {
  const keychain = "/Library/Keychains/System.keychain";
  return [
    {
      system: "macos",
      who: "Safari, Chrome and the system's programs",
      commands: [
        `sudo security add-trusted-cert -d -r trustRoot -p ssl -k ${keychain} ${quoteForShell(file)}`,
      ],
      undo: [`sudo security delete-certificate -c ${quoteForShell(commonName)} ${keychain}`],
    },
    {
      system: "macos",
      who: "Firefox: it takes the keychain's when security.enterprise_roots.enabled is true in about:config",
      commands: [],
    },
  ];
}

function windowsSteps(file: string, commonName: string): readonly TrustStep[] {
  return [
    {
      system: "windows",
      who: "Edge, Chrome and the system's programs, for this user",
      commands: [`certutil -addstore -user Root "${file}"`],
      undo: [`certutil -delstore -user Root "${commonName}"`],
    },
    {
      system: "windows",
      who: "Firefox: it takes the system's when security.enterprise_roots.enabled is true in about:config",
      commands: [],
    },
  ];
}

function anywhere(file: string): readonly TrustStep[] {
  const quoted = quoteForShell(file);
  return [
    { system: "all", who: "Node", commands: [`NODE_EXTRA_CA_CERTS=${quoted} node client.js`] },
    { system: "all", who: "curl", commands: [`curl --cacert ${quoted} https://localhost:3333/`] },
    {
      system: "all",
      who: "Python and the AWS command line, for calls to Holdfast only",
      commands: [`export AWS_CA_BUNDLE=${quoted} REQUESTS_CA_BUNDLE=${quoted}`],
    },
  ];
}

/** As a POSIX shell takes it for one word. */
function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
