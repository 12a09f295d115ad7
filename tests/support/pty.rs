//! Runs the program on a pseudo terminal and reads what a person would see from its screen. Every
//! wait is for something on that screen, never for a period of time.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

use super::cli::path_with_program;
use super::tools::is_installed;

pub(crate) const ESC: &str = "\x1b";
pub(crate) const ENTER: &str = "\r";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const SAVE: &str = "\x13";
pub(crate) const CTRL_C: &str = "\x03";
/// A common terminal: columns and rows.
pub(crate) const WIDE: (u16, u16) = (80, 24);
/// The smallest terminal in which everything works.
pub(crate) const NARROW: (u16, u16) = (40, 15);

/// Long enough for a machine under load; only a broken program waits it out.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    // Held open so that the modes can still be read after the program is gone.
    slave: Box<dyn SlavePty + Send>,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<(Mutex<vt100::Parser>, Condvar)>,
    /// Everything the program has written, as it came.
    written: Arc<Mutex<Vec<u8>>>,
    /// How many of these bytes have been returned by [`Terminal::wait_for_question`].
    heard: usize,
    child: Box<dyn Child + Send + Sync>,
    modes: String,
    reader: thread::JoinHandle<()>,
    closing: Arc<AtomicBool>,
}

impl Terminal {
    /// Starts the program in a folder, on a terminal of `columns` x `rows`.
    pub(crate) fn start(folder: &Path, arguments: &[&str], size: (u16, u16)) -> Self {
        Self::start_with(folder, arguments, size, &[])
    }

    /// Starts the program with more in its environment.
    pub(crate) fn start_with(
        folder: &Path,
        arguments: &[&str],
        size: (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        Self::start_program(
            env!("CARGO_BIN_EXE_good-practice"),
            folder,
            arguments,
            size,
            environment,
        )
    }

    /// Runs a shell script in which `"$0"` is the program.
    pub(crate) fn start_script(folder: &Path, script: &str, size: (u16, u16)) -> Self {
        let arguments = ["-c", script, env!("CARGO_BIN_EXE_good-practice")];
        Self::start_program("sh", folder, &arguments, size, &[])
    }

    /// Starts a bash that runs the program as a job. Returns `None` if bash is not installed.
    pub(crate) fn start_bash(folder: &Path) -> Option<Self> {
        if !is_installed("bash") {
            return None;
        }
        let path = path_with_program();
        let environment = [("PATH", path.as_str()), ("PS1", "shell> "), ("HISTFILE", "")];
        let arguments = ["--norc", "--noprofile", "-i"];
        let mut terminal = Self::start_program("bash", folder, &arguments, WIDE, &environment);
        terminal.wait_for(&["shell> "]);
        terminal.press("bind 'set enable-bracketed-paste off'; stty -a > before; clear\r");
        terminal.wait_for_without("shell> ", "bind");
        Some(terminal)
    }

    /// Waits until bash has stopped its job, checks that the terminal is as it was, and continues
    /// the job.
    pub(crate) fn continue_stopped_job(&mut self) {
        self.wait_for(&["Stopped"]);
        self.press("stty -a > while; cmp before while && echo the same\r");
        self.wait_for(&["\nthe same"]);
        self.press("fg\r");
    }

    /// Checks that the job of bash has left the terminal as it was, and ends bash.
    pub(crate) fn exit_bash(mut self) {
        self.wait_for(&["Saved in"]);
        self.press("stty -a > after; cmp before after && echo in order; exit\r");
        self.wait_for(&["\nin order"]);
        self.wait_for_end();
    }

    /// Starts any program.
    pub(crate) fn start_program(
        program: &str,
        folder: &Path,
        arguments: &[&str],
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", folder);
        command.env("TMPDIR", folder);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(folder);
        command.args(arguments);
        let modes = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let screen = Arc::new((
            Mutex::new(vt100::Parser::new(cells(rows), cells(columns), 10_000)),
            Condvar::new(),
        ));
        let (written, closing) = (Arc::default(), Arc::default());
        let (shared, recorder, closed) =
            (Arc::clone(&screen), Arc::clone(&written), Arc::<AtomicBool>::clone(&closing));
        let reader = thread::spawn(move || {
            let mut bytes = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if closed.load(Ordering::SeqCst) {
                    break;
                }
                Mutex::<Vec<u8>>::lock(&recorder).unwrap().extend(&bytes[..count]);
                shared.0.lock().unwrap().process(&bytes[..count]);
                shared.1.notify_all();
            }
        });
        Self {
            master: pair.master,
            slave: pair.slave,
            keyboard,
            screen,
            written,
            heard: 0,
            closing,
            child,
            modes,
            reader,
        }
    }

    /// Presses keys, all at once.
    pub(crate) fn press(&mut self, keys: &str) {
        self.press_bytes(keys.as_bytes());
    }

    /// Sends bytes that need not be text.
    pub(crate) fn press_bytes(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Closes the overview, which a draft with answers begins with, so that the menu is open.
    pub(crate) fn open_menu(&mut self) {
        self.wait_for(&["Enter open", "Esc menu"]);
        self.press(ESC);
        self.wait_for_prompt("What now?");
    }

    /// Opens the question with a number and title in the overview.
    pub(crate) fn open_question(&mut self, number: &str, title: &str) {
        self.wait_for(&["Enter open"]);
        self.press(number);
        self.wait_for(&[&format!("> {number:>2} {title}")]);
        self.press(ENTER);
    }

    /// Pastes as a terminal with bracketed paste does.
    pub(crate) fn paste(&mut self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until the screen shows all of these.
    pub(crate) fn wait_for(&self, wanted: &[&str]) -> String {
        self.wait_until(&format!("{wanted:?}"), |text, _| {
            wanted.iter().all(|part| text.contains(part))
        })
    }

    /// Waits until the screen shows the first and no longer the second.
    pub(crate) fn wait_for_without(&self, wanted: &str, gone: &str) -> String {
        self.wait_until(&format!("{wanted:?} without {gone:?}"), |text, _| {
            text.contains(wanted) && !text.contains(gone)
        })
    }

    /// Waits until the row of the cursor is a prompt with this text.
    pub(crate) fn wait_for_prompt(&self, wanted: &str) {
        self.wait_until(&format!("a prompt {wanted:?}"), |text, screen| {
            let row = usize::from(screen.cursor_position().0);
            let line = text.lines().nth(row).unwrap_or_default();
            line.starts_with("? ") && line.contains(wanted)
        });
    }

    /// Waits until a plain question is the last thing written, since the last one that was waited
    /// for; returns what was written up to it.
    pub(crate) fn wait_for_question(&mut self, question: &str) -> String {
        let mut new = String::new();
        self.wait_until(&format!("the question {question:?}"), |_, _| {
            new = String::from_utf8_lossy(&self.written.lock().unwrap()[self.heard..]).into_owned();
            // A question may be longer than a line.
            new.replace("\r\n", " ").ends_with(&format!("{question} "))
        });
        self.heard += new.len();
        new
    }

    /// Returns a handle to everything that the program writes, now and later.
    pub(crate) fn transcript(&self) -> Arc<Mutex<Vec<u8>>> {
        Arc::clone(&self.written)
    }

    fn wait_until(&self, what: &str, mut seen: impl FnMut(&str, &vt100::Screen) -> bool) -> String {
        let start = Instant::now();
        let mut parser = self.screen.0.lock().unwrap();
        loop {
            let text = parser.screen().contents();
            if seen(&text, parser.screen()) {
                return text;
            }
            let left = PATIENCE.checked_sub(start.elapsed());
            let left = left
                .unwrap_or_else(|| panic!("waited in vain for {what}; the screen shows\n{text}"));
            parser =
                self.screen.1.wait_timeout(parser, left.min(Duration::from_millis(200))).unwrap().0;
        }
    }

    /// Waits until the screen, drawn as a picture, is the one wanted; returns the last one drawn.
    pub(crate) fn wait_for_picture(
        &self,
        draw: impl Fn(&vt100::Screen) -> String,
        wanted: &str,
    ) -> String {
        let start = Instant::now();
        loop {
            let picture = draw(self.screen.0.lock().unwrap().screen());
            if picture == wanted || start.elapsed() > Duration::from_secs(5) {
                return picture;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn resize(&mut self, (columns, rows): (u16, u16)) {
        // The picture first: the program repaints as soon as it learns the new size.
        self.screen.0.lock().unwrap().screen_mut().set_size(cells(rows), cells(columns));
        self.master
            .resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .unwrap();
    }

    /// Ends the program, whatever it is doing.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        drop(self.slave);
        self.reader.join().unwrap();
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Returns every byte that the terminal has received so far.
    pub(crate) fn sent_bytes(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }

    /// Waits until the program has the terminal again: a key pressed before would be the shell's.
    pub(crate) fn wait_until_taken(&self) {
        let start = Instant::now();
        while modes(&*self.master) == self.modes {
            assert!(start.elapsed() < PATIENCE, "the program does not take the terminal");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the terminal is as the program found it, while the program is still there.
    pub(crate) fn wait_until_restored(&self) {
        let start = Instant::now();
        loop {
            let parser = self.screen.0.lock().unwrap();
            let screen = parser.screen();
            let quiet =
                !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
            let text = screen.contents();
            drop(parser);
            let modes = modes(&*self.master);
            if quiet && modes == self.modes {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "not as it was found: {modes}\n{text}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Closes the window: the terminal is gone. Waits for the end of the program.
    #[cfg(unix)]
    pub(crate) fn close_window(mut self) {
        use std::os::unix::fs::OpenOptionsExt;
        self.closing.store(true, Ordering::SeqCst);
        // The reader holds the terminal open until something comes.
        let name = self.master.tty_name().unwrap();
        let flags = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
        let mut tty =
            std::fs::OpenOptions::new().write(true).custom_flags(flags).open(name).unwrap();
        tty.write_all(b".").unwrap();
        self.reader.join().unwrap();
        drop((self.keyboard, self.master));
        gone(&mut *self.child);
    }

    /// Waits for the end of a program that was killed.
    pub(crate) fn wait_for_end(mut self) {
        gone(&mut *self.child);
    }

    /// Waits for the end of the program; asserts its exit code and that the terminal is restored.
    pub(crate) fn expect_exit(mut self, code: u32) -> String {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the program does not end; the screen shows\n{}",
                self.screen.0.lock().unwrap().screen().contents()
            );
            thread::sleep(Duration::from_millis(5));
        };
        let modes_now = modes(&*self.master);
        // With the last hold on the terminal gone, its output ends and is read to the end.
        drop(self.slave);
        self.reader.join().unwrap();
        let parser = self.screen.0.lock().unwrap();
        let screen = parser.screen();
        let text = screen.contents();
        assert!(!screen.alternate_screen(), "the main screen is not back\n{text}");
        assert!(
            !screen.hide_cursor() && !screen.bracketed_paste(),
            "the terminal is not as it was\n{text}"
        );
        assert_eq!(status.exit_code(), code, "{text}");
        assert_eq!(modes_now, self.modes, "the terminal's modes changed");
        text
    }
}

fn gone(child: &mut dyn Child) {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the program does not end");
        thread::sleep(Duration::from_millis(2));
    }
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn cells(count: u16) -> std::num::NonZero<u16> {
    count.try_into().unwrap()
}

/// Types a word at each size of the window without waiting; returns what was typed.
pub(crate) fn types_while_resizing(
    terminal: &mut Terminal,
    sizes: impl Iterator<Item = (u16, u16)>,
) -> String {
    let mut typed = String::new();
    for (round, size) in sizes.enumerate() {
        terminal.resize(size);
        terminal.press(&format!("r{round} "));
        typed.push_str(&format!("r{round} "));
    }
    typed
}

/// Goes from the menu to question 9.
pub(crate) fn choose_question_9(terminal: &mut Terminal) {
    terminal.press("choose\r");
    terminal.open_question("9", "Objectives");
}
