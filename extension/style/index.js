import "@tapelab/kernel/widgets/controls.css";
import "./index.css";
