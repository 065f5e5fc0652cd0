//! Starts the worker. It knows nothing of what that does.

fn main() {
    ringlab_web::worker::start();
}
