//! Starts the page. It knows nothing of what is on it.

use ringlab_web::app::App;
use ringlab_web::components::stopped;

fn main() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        stopped::show_panic(&panic.to_string());
    }));
    yew::Renderer::<App>::new().render();
}
