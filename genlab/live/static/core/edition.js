// The address of what belongs to one step of a run. It says of which edition the run is, so that the browser may keep it
// for ever: what is of the same step and edition is the same. news: the run's state, as the server says it.
export const ofStep = (address, step, news) => `${address}?step=${step}&edition=${news.edition}`;
