//! Chooses, among passages that may match the items of a known text, those in the order of the text.

use std::cmp::Reverse;

use super::lines::SourcePosition;

/// The order, position and score of a candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChainLink {
    /// The index of the item of the known text that the candidate may be.
    pub(super) order: usize,
    /// Where the candidate starts.
    pub(super) start: SourcePosition,
    pub(super) score: usize,
}

/// Returns the candidates of the chain with the highest sum of scores in which both `order` and `start`
/// ascend. The candidates must be sorted by `start`. Takes time quadratic in their number.
pub(super) fn best_chain<T>(candidates: Vec<T>, link: impl Fn(&T) -> ChainLink) -> Vec<T> {
    let links: Vec<ChainLink> = candidates.iter().map(link).collect();
    // For each candidate, the best chain that ends with it: its score and the candidate before.
    let mut chains: Vec<(usize, Option<usize>)> = Vec::new();
    for candidate in &links {
        let before = links.iter().zip(&chains).enumerate().filter(|(_, (earlier, _))| {
            earlier.order < candidate.order && earlier.start < candidate.start
        });
        let before = before.map(|(at, (_, (score, _)))| (*score, at));
        let before = before.max_by_key(|&(score, at)| (score, Reverse(at)));
        let (score, before) = before.unzip();
        chains.push((candidate.score + score.unwrap_or(0), before));
    }
    let best = chains.iter().enumerate().max_by_key(|(at, (score, _))| (*score, Reverse(*at)));
    let mut last = best.map(|(at, _)| at);
    let mut in_chain = vec![false; candidates.len()];
    while let Some(at) = last {
        in_chain.get_mut(at).into_iter().for_each(|chosen| *chosen = true);
        last = chains.get(at).and_then(|(_, before)| *before);
    }
    let chosen = candidates.into_iter().zip(in_chain).filter(|(_, chosen)| *chosen);
    chosen.map(|(candidate, _)| candidate).collect()
}
