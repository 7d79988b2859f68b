import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useNavigate } from "react-router";
import styles from "./Where.module.css";

interface Props {
  label: string;
  list: { text: string; href: string };
  /** What the page shows; unknown while it is loaded. */
  name: string | undefined;
}

/** The way from a list to what the page shows. */
export function Where({ label, list, name }: Props) {
  const navigate = useNavigate();
  return (
    <div className={styles.where}>
      <BreadcrumbGroup
        ariaLabel={label}
        items={[list, { text: name ?? "…", href: "" }]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href) void navigate(event.detail.href);
        }}
      />
    </div>
  );
}
