//! Converts documents with an installed `LibreOffice`: old formats to Word documents, and Word
//! documents to PDF.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The time limit for a conversion.
const CONVERTER_TIMEOUT: Duration = Duration::from_secs(90);

/// Where the programs of `LibreOffice` are.
const PROGRAMS: [&str; 4] = [
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
];

/// Whether `LibreOffice` is installed, judged by the files that exist.
pub(crate) fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let exists = |name: &str| {
        let mut folders = std::env::split_paths(&path);
        Path::new(name).is_absolute() && Path::new(name).is_file()
            || folders.any(|folder| {
                folder.join(name).with_extension(std::env::consts::EXE_EXTENSION).is_file()
            })
    };
    PROGRAMS.into_iter().any(exists)
}

/// The settings of the profile for conversions. A received document may have macros, and links to
/// pictures on the network, which would reveal to their owner who opens the document. `LibreOffice`
/// loads such pictures whatever its settings for links say, so a proxy is set that does not exist: port
/// 9 of this computer.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop></item>
</oor:items>
"#;

/// Converts a Word document to a tagged PDF, in which a screen reader finds headings and lists.
///
/// # Errors
/// Fails with `NotFound` if `LibreOffice` is not installed, or if it fails.
pub(crate) fn convert_to_pdf(docx: &[u8]) -> io::Result<Vec<u8>> {
    let tagged = r#"pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}"#;
    convert(docx, "docx", tagged)
}

/// Converts a document. `to` is a file extension, with a filter and its options if needed. The
/// conversion runs with a new profile, which is removed afterwards: it runs no macros, does not use
/// the network, and also works while the user has `LibreOffice` open.
///
/// # Errors
/// Fails with `NotFound` if `LibreOffice` is not installed, or if it fails.
pub(crate) fn convert(document: &[u8], from: &str, to: &str) -> io::Result<Vec<u8>> {
    let folder = tempfile::Builder::new().prefix("good-practice-").tempdir()?;
    let input = folder.path().join(format!("application.{from}"));
    fs::write(&input, document)?;
    let settings = folder.path().join("profile").join("user");
    fs::create_dir_all(&settings)?;
    fs::write(settings.join("registrymodifications.xcu"), SETTINGS)?;
    let output = folder.path().join("converted");
    let profile = format!("-env:UserInstallation={}", url(&folder.path().join("profile")));
    let start = |program: &PathBuf| {
        Command::new(program)
            .args([profile.as_str(), "--headless", "--convert-to", to, "--outdir"])
            .arg(&output)
            .arg(&input)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let mut started = PROGRAMS.iter().map(|name| start(&PathBuf::from(name)));
    let mut converter = started
        .find_map(|started| match started {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            started => Some(started),
        })
        .unwrap_or(Err(io::ErrorKind::NotFound.into()))?;
    if !has_ended(&mut converter, CONVERTER_TIMEOUT)? {
        stop(&mut converter)?;
        return Err(io::Error::other("LibreOffice did not finish"));
    }
    let extension = to.split(':').next().unwrap_or(to);
    fs::read(output.join("application").with_extension(extension))
        .map_err(|_| io::Error::other("LibreOffice wrote no document"))
}

/// Waits until a program has ended, at most for `limit`. Returns whether it has ended.
///
/// # Errors
/// Fails if the state of the program cannot be read.
fn has_ended(program: &mut Child, limit: Duration) -> io::Result<bool> {
    let since = Instant::now();
    while program.try_wait()?.is_none() {
        if since.elapsed() > limit {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

/// Ends a program, first with SIGTERM. `soffice` starts another program for the conversion, to which it
/// passes SIGTERM on, and which would continue if `soffice` were killed.
///
/// # Errors
/// Fails if the program cannot be ended.
fn stop(program: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(id) = i32::try_from(program.id()).ok().and_then(rustix::process::Pid::from_raw) {
        rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
        if has_ended(program, Duration::from_secs(2))? {
            return Ok(());
        }
    }
    program.kill()?;
    program.wait().map(|_| ())
}

/// Returns the URL of a file, such as `file:///C:/Temp/x`.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte);
    let encoded = |byte| {
        if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    let path: String = path.trim_start_matches('/').bytes().map(encoded).collect();
    format!("file:///{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_converter_that_hangs_is_ended_together_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let (ready, ended) = (folder.path().join("ready"), folder.path().join("ended"));
        // Like the program of `LibreOffice`, it passes on the request to end.
        let script = format!(
            "trap 'kill $child; echo > {}; exit' TERM; sleep 60 & child=$!; echo > {}; wait",
            ended.display(),
            ready.display()
        );
        let mut converter = Command::new("sh").args(["-c", &script]).spawn().unwrap();
        while !ready.exists() {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(!has_ended(&mut converter, Duration::from_millis(50)).unwrap());
        stop(&mut converter).unwrap();
        assert!(ended.exists());
        // A program that disregards the request is killed.
        let script = format!("trap '' TERM; rm {}; while :; do sleep 1; done", ready.display());
        let mut converter = Command::new("sh").args(["-c", &script]).spawn().unwrap();
        while ready.exists() {
            thread::sleep(Duration::from_millis(5));
        }
        stop(&mut converter).unwrap();
        assert!(converter.try_wait().unwrap().is_some());
    }

    #[test]
    fn a_url_has_only_letters_digits_and_signs_without_a_meaning() {
        let url = url(Path::new("/tmp/my files/100 % #1? ž"));
        assert_eq!(url, "file:///tmp/my%20files/100%20%25%20%231%3F%20%C5%BE");
    }
}
