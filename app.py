"""genlab: the list of pages. `streamlit run app.py` imports this file as a server (the last lines) and then runs it as
a script for every visitor (main)."""

import streamlit as st

TITLE = "genlab"


def main() -> None:
    """One visitor's page."""
    from genlab.views.classroom.mark import class_mark
    from genlab.views.course.chapter import chapter_pages
    from genlab.views.frame.address import arrive, know, path_asked
    from genlab.views.frame.nowhere import unknown_pages
    from genlab.views.frame.present import as_asked
    from genlab.views.frame.session import begin, language
    from genlab.views.frame.troubles import banner, calm

    st.set_page_config(page_title=TITLE, layout="wide")
    _ = begin()
    learn, measure = "pages/learn", "pages/measure"
    pages = [
        st.Page(f"{learn}/home.py", title=_("Home"), icon=":material/home:", default=True),
        st.Page(f"{learn}/autoencoder.py", title=_("Autoencoder"), icon=":material/compress:", url_path="autoencoder"),
        st.Page(f"{learn}/vae.py", title=_("VAE"), icon=":material/blur_on:", url_path="vae"),
        st.Page(f"{learn}/gan.py", title=_("GAN"), icon=":material/swords:", url_path="gan"),
        st.Page(
            f"{measure}/divergences.py", title=_("Divergences"), icon=":material/ssid_chart:", url_path="divergences"
        ),
        st.Page("pages/play/latent.py", title=_("Latent space"), icon=":material/open_with:", url_path="latent"),
        st.Page("pages/play/playground.py", title=_("Playground"), icon=":material/toys:", url_path="playground"),
        st.Page(f"{measure}/compare.py", title=_("Side by side"), icon=":material/table_rows:", url_path="compare"),
        st.Page(f"{measure}/runs.py", title=_("Runs"), icon=":material/list:", url_path="runs"),
        st.Page(f"{learn}/model.py", title=_("Model"), icon=":material/tune:", url_path="model", visibility="hidden"),
    ]
    # The bar has no room for one more: what goes beyond the course's models, and a class, stand with the course.
    course = [
        *chapter_pages(),
        st.Page(f"{learn}/cvae.py", title=_("Conditional VAE"), icon=":material/label:", url_path="cvae"),
        st.Page(f"{learn}/flow.py", title=_("Flow matching"), icon=":material/air:", url_path="flow"),
        st.Page(f"{learn}/class.py", title=_("Class"), icon=":material/groups:", url_path="class"),
        st.Page(f"{learn}/plan.py", title=_("Plan"), icon=":material/print:", url_path="plan", visibility="hidden"),
    ]
    lost = unknown_pages(path_asked(), pages + course)
    page = st.navigation({"": pages + lost, _("Course"): course}, position="top")
    arrive(page.url_path, language())
    know(pages + course)
    as_asked()
    banner()
    # Words first: which class one is in is asked of the store, whose library takes its time.
    above = st.container()
    with calm():
        page.run()
        class_mark(above, page.url_path)


if __name__ == "__main__":
    main()
else:
    import sys
    from functools import partial

    from genlab.runs.setup import check, exit_where_wrong

    exit_where_wrong(check)

    from genlab.live.door import middleware, routes
    from genlab.live.lab import lifespan
    from genlab.live.web.guard import settings
    from genlab.live.web.logs import gather
    from genlab.views.frame.ready import get_ready
    from genlab.views.frame.troubles import said

    exit_where_wrong(settings)
    gather()
    # Live views and a first page's files are answered beside scripts and imports: they wait a fifth as long for these.
    sys.setswitchinterval(0.001)
    app = st.App(
        __file__,
        routes=routes(),
        lifespan=partial(lifespan, get_ready),
        middleware=middleware(),
        on_script_error=said,
    )
