//! Spelling while a text is written: loads the speller when it is first needed, and stores the
//! words that the user keeps.

use std::cell::{OnceCell, RefCell};
use std::fmt;

use crate::model::spelling::Speller;

/// Where a word that is right is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeptIn {
    /// In the draft, for everybody who works on it.
    Application,
    /// In the user's own list, for all applications.
    OwnList,
}

/// Whether to wait while the dictionary is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loading {
    /// For a key that needs it.
    Wait,
    /// For a pause: the next key is answered while the dictionary is being read.
    InBackground,
}

/// Loads a speller, or returns `None` while the dictionary is being read in the background. Fails
/// with a sentence for the user if there is no dictionary.
type Load<'a> = Box<dyn Fn(Loading) -> Option<Result<Speller, String>> + 'a>;
/// Keeps a word. Fails with a sentence for the user if it cannot be written.
type Keep<'a> = Box<dyn Fn(&str, KeptIn) -> Result<(), String> + 'a>;

/// The spelling of the text that is being written.
pub(crate) struct Spelling<'a> {
    /// The English name of the language that the text should be in.
    language: String,
    load: Load<'a>,
    keep: Keep<'a>,
    speller: OnceCell<Option<RefCell<Speller>>>,
}

impl fmt::Debug for Spelling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spelling").field("speller", &self.speller).finish_non_exhaustive()
    }
}

impl<'a> Spelling<'a> {
    /// Creates the spelling of a text. `load` is called when the user pauses, until it has a result.
    pub(crate) fn new(
        language: &str,
        load: impl Fn(Loading) -> Option<Result<Speller, String>> + 'a,
        keep: impl Fn(&str, KeptIn) -> Result<(), String> + 'a,
    ) -> Self {
        Self {
            language: language.to_owned(),
            load: Box::new(load),
            keep: Box::new(keep),
            speller: OnceCell::new(),
        }
    }

    /// Loads the dictionary unless that was tried before. Takes some milliseconds if it waits.
    ///
    /// # Errors
    /// Fails the first time if there is no dictionary, with a sentence for the user.
    pub(super) fn load(&self, loading: Loading) -> Result<(), String> {
        if self.speller.get().is_some() {
            return Ok(());
        }
        let (speller, problem) = match (self.load)(loading) {
            Some(Ok(speller)) => (Some(RefCell::new(speller)), Ok(())),
            Some(Err(problem)) => (None, Err(problem)),
            None => return Ok(()),
        };
        // It was not set before.
        let _ = self.speller.set(speller);
        problem
    }

    /// Returns the speller, or `None` if it is not loaded or there is no dictionary.
    pub(super) fn speller(&self) -> Option<&RefCell<Speller>> {
        self.speller.get()?.as_ref()
    }

    /// Returns what was probably meant by a word, the likeliest first. Takes some milliseconds.
    pub(super) fn suggest(&self, word: &str) -> Vec<String> {
        self.speller().map(|speller| speller.borrow().suggest(word)).unwrap_or_default()
    }

    /// Says that a text is in another language.
    pub(super) fn describe_foreign(&self) -> String {
        let language = &self.language;
        format!("This answer seems not to be in {language}; the form asks for {language}.")
    }

    /// Keeps a word that is right, and accepts it from now on.
    ///
    /// # Errors
    /// Fails if the word cannot be written, with a sentence for the user.
    pub(super) fn keep(&self, word: &str, place: KeptIn) -> Result<(), String> {
        (self.keep)(word, place)?;
        if let Some(speller) = self.speller() {
            speller.borrow_mut().accept(word);
        }
        Ok(())
    }
}
